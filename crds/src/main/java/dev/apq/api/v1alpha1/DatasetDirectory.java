package dev.apq.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import org.jspecify.annotations.Nullable;

/** Images on a volume. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record DatasetDirectory(
    @Required
        @Size(min = 1, max = 253)
        @Pattern(Formats.DNS_SUBDOMAIN)
        @JsonPropertyDescription(
            "PersistentVolumeClaim in the namespace of this resource; mounted read-only.")
        String claimName,
    @Size(min = 1, max = 512)
        @Pattern("^[A-Za-z0-9_-][A-Za-z0-9._-]*(/[A-Za-z0-9_-][A-Za-z0-9._-]*)*$")
        @JsonPropertyDescription("Folder below the root of the volume; the root itself if absent.")
        @Nullable String path,
    @Required
        @JsonPropertyDescription(
            "image-folder (train/<class>/*.jpg|png and test/<class>/*), "
                + "cifar10-binary (five training batches and one test batch) or idx (four "
                + "MNIST files, optionally gzipped).")
        DatasetFormat format) {}
