package dev.apq.kubectl;

import dev.apq.api.v1alpha1.ApqSearch;
import dev.apq.api.v1alpha1.ApqSearchStatus;
import dev.apq.api.v1alpha1.ArtifactReference;
import dev.apq.api.v1alpha1.ResultsReference;
import dev.apq.kubectl.cluster.Connection;
import dev.apq.kubectl.cluster.Searches;
import dev.apq.kubectl.cluster.Workers;
import dev.apq.kubectl.error.ExitStatus;
import dev.apq.kubectl.error.PluginException;
import dev.apq.kubectl.result.SearchResult;
import dev.apq.kubectl.transfer.ArtifactFolder;
import dev.apq.kubectl.transfer.Artifacts;
import dev.apq.kubectl.transfer.Download;
import dev.apq.kubectl.transfer.MountedArtifacts;
import dev.apq.kubectl.transfer.PodArtifacts;
import dev.apq.kubectl.transfer.Worker;
import dev.apq.kubectl.view.Numbers;
import java.io.IOException;
import java.net.URI;
import java.nio.file.FileSystemNotFoundException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Fetches a search's artifacts. */
@Command(
    name = "pull",
    description = {
      "Fetches the policy, the whole result and, once the search is verified, the model and its"
          + " report into a folder of this machine.",
      "Every file is checked: the policy and the manifest against the digests in the status, the"
          + " other files against the manifest. Nothing appears in the folder before that.",
      "The files are read by a short-lived Pod that sees the folder of this search, read-only; it"
          + " is removed afterwards, also on Ctrl-C."
    },
    footer = {
      "",
      "Examples:",
      "  kubectl apq pull phone --to phone",
      "  kubectl apq pull phone --to phone --from file:///mnt/apq   from a store mounted here"
    })
final class PullCommand extends ClusterCommand {
  @Parameters(paramLabel = "SEARCH", description = "Name of the ApqSearch.")
  private String search = "";

  @Option(
      names = "--to",
      required = true,
      paramLabel = "FOLDER",
      description = "Where the files go; made if it does not exist.")
  private Path target = Path.of(".");

  @Option(names = "--overwrite", description = "Replace files in a folder that is not empty.")
  private boolean overwrite;

  @Option(
      names = "--from",
      paramLabel = "URI",
      description = "Root of the artifact store, where it is mounted on this machine; no Pod then.")
  private @Nullable URI from;

  @Option(
      names = "--image",
      paramLabel = "IMAGE",
      description = "Worker image of the reading Pod; that of the resource's Jobs if absent.")
  private @Nullable String image;

  @Option(
      names = "--claim",
      paramLabel = "NAME",
      description = "Claim of the artifact store; that of the resource's Jobs if absent.")
  private @Nullable String claim;

  @Option(
      names = "--max-size",
      defaultValue = "512",
      paramLabel = "MIB",
      description = "Refuse to fetch more, in MiB (default: ${DEFAULT-VALUE}).")
  private int maxSize;

  @Option(
      names = "--timeout",
      defaultValue = "300",
      paramLabel = "SECONDS",
      description = "Time that a Pod may take (default: ${DEFAULT-VALUE}).")
  private int timeout;

  @Override
  void run(Connection connection) throws IOException {
    Searches searches = Searches.in(connection);
    SearchResult result = searches.result(search);
    ApqSearch resource = result.search();
    ApqSearchStatus status = Objects.requireNonNull(resource.getStatus(), "a result has a status");
    ResultsReference whole = Objects.requireNonNull(status.results(), "a result has a reference");
    ArtifactFolder results = folder(resource, whole.uri());
    ArtifactReference model = status.model();
    ArtifactFolder sealed = model == null ? null : folder(resource, model.uri());
    List<String> paths = new ArrayList<>(List.of(results.path()));
    if (sealed != null) {
      paths.add(sealed.path());
    }
    Download download = Interruption.closes(Download.to(target, overwrite));
    try (download) {
      Artifacts artifacts = artifacts(connection, resource, results.resource());
      List<String> files = download.fetch(artifacts, paths, (long) maxSize << 20);
      download.check(results.path(), whole.digest());
      if (model != null && sealed != null && model.digest() != null) {
        download.checkSealed(sealed.path(), model.digest());
      }
      download.add("policy.json", result.best().policy().canonicalJson());
      Map<String, String> published = download.publish(names(files, sealed));
      published.forEach(
          (name, digest) -> console().out().print(digest.substring(7) + "  " + name + "\n"));
    } finally {
      Interruption.over(download);
    }
    console().err().println("all files checked, in " + target);
    if (model == null) {
      console()
          .err()
          .println(
              "note: the search has no verified model; spec.verify.topK of 1 or more measures and"
                  + " keeps one");
    }
  }

  /** Names without the folders of the store; the policy of the status wins over a stored copy. */
  private static Map<String, String> names(List<String> files, @Nullable ArtifactFolder sealed) {
    Map<String, String> names = new TreeMap<>();
    for (String file : files) {
      String prefix = sealed == null ? "" : sealed.path() + "/";
      boolean ofModel = sealed != null && file.startsWith(prefix);
      String name =
          ofModel ? file.substring(prefix.length()) : file.substring(file.lastIndexOf('/') + 1);
      if (!name.equals("policy.json")) {
        names.put(file, name);
      }
    }
    names.put("policy.json", "policy.json");
    return names;
  }

  private static ArtifactFolder folder(ApqSearch search, String uri) throws IOException {
    return ArtifactFolder.of(
        URI.create(uri), search.getMetadata().getNamespace(), search.getMetadata().getName());
  }

  private Artifacts artifacts(Connection connection, ApqSearch resource, String folder) {
    if (from != null) {
      return new MountedArtifacts(root(from).resolve(folder));
    }
    Worker worker = Workers.of(resource, connection, image).withClaim(claim);
    return new PodArtifacts(
        connection.client(),
        console().clock(),
        worker,
        resource,
        folder,
        new PodArtifacts.Settings(
            Duration.ofSeconds(timeout),
            Interruption::closes,
            Interruption::over,
            (bytes, total) ->
                console()
                    .err()
                    .println("fetched " + Numbers.bytes(bytes) + " of " + Numbers.bytes(total))));
  }

  private static Path root(URI uri) {
    try {
      return Path.of(uri);
    } catch (IllegalArgumentException | FileSystemNotFoundException e) {
      throw new PluginException(
          ExitStatus.USAGE,
          "--from=" + uri + " is no file URI: " + e.getMessage(),
          "give the folder where the store is mounted, such as file:///mnt/apq; for a bucket leave"
              + " --from out, a Pod reads it",
          e);
    }
  }
}
