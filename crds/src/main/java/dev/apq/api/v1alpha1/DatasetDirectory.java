package dev.apq.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import org.jspecify.annotations.Nullable;

/** Images on a volume or in a bucket. */
@ValidationRule(
    value = "has(self.claimName) != has(self.uri)",
    message = "set exactly one of claimName and uri")
@ValidationRule(
    value = "!has(self.uri) || !has(self.path)",
    message = "path is a folder of the claim; in a bucket, append it to uri")
@JsonInclude(JsonInclude.Include.NON_NULL)
public record DatasetDirectory(
    @Size(min = 1, max = 253)
        @Pattern(Formats.DNS_SUBDOMAIN)
        @JsonPropertyDescription(
            "PersistentVolumeClaim in the namespace of this resource; mounted read-only.")
        @Nullable String claimName,
    @Size(min = 1, max = 512)
        @Pattern("^[A-Za-z0-9_-][A-Za-z0-9._-]*(/[A-Za-z0-9_-][A-Za-z0-9._-]*)*$")
        @JsonPropertyDescription("Folder below the root of the volume; the root itself if absent.")
        @Nullable String path,
    @Size(min = 1, max = 512)
        @Pattern("^s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](/[A-Za-z0-9_-][A-Za-z0-9._-]*)*$")
        @JsonPropertyDescription(
            "Folder of a bucket, s3://<bucket>/<prefix>, instead of a claim. Each worker Pod copies"
                + " it to its disk, with the settings and credentials of the artifact store, which"
                + " must be in S3 too. Must lie outside of the artifact store; at most 200,000"
                + " files. Prefer a claim for many small ones.")
        @Nullable String uri,
    @Required
        @JsonPropertyDescription(
            "image-folder (train/<class>/*.jpg|png and test/<class>/*), "
                + "cifar10-binary (five training batches and one test batch) or idx (four "
                + "MNIST files, optionally gzipped).")
        DatasetFormat format) {}
