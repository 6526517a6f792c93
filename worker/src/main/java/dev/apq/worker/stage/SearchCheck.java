package dev.apq.worker.stage;

import dev.apq.core.artifact.Digests;
import dev.apq.core.artifact.InvalidArtifactException;
import dev.apq.core.artifact.Json;
import dev.apq.core.contract.Manifest;
import dev.apq.core.contract.Stage;
import dev.apq.core.contract.StoreLayout;
import dev.apq.core.cost.HardwareModel;
import dev.apq.core.cost.MeasuredTable;
import dev.apq.core.policy.Encoding;
import dev.apq.core.predictor.Predictor;
import dev.apq.core.search.SearchAnswer;
import dev.apq.core.search.SearchInputs;
import dev.apq.core.search.SearchOutcome;
import dev.apq.core.search.SearchProblem;
import dev.apq.core.search.SearchRun;
import dev.apq.core.search.WarmStart;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Searches again from what a search was computed from, and compares the answers byte by byte. */
final class SearchCheck {
  static final String FOLDER = "search";
  private static final Pattern RUN_ID = Pattern.compile("[0-9a-f]{16}");
  private static final String REMEDY =
      "take the file from a copy, or delete the folder so that the operator computes it again";

  private final Path run;
  private final @Nullable Path supernet;

  /**
   * @param run folder of the search
   * @param supernet folder of the supernet's artifacts; null to look for it in the same namespace
   */
  SearchCheck(Path run, @Nullable Path supernet) {
    this.run = run;
    this.supernet = supernet;
  }

  /**
   * A search whose files are right.
   *
   * @param answer its answer
   * @param resultDigest digest of the answer's file
   * @param supernet where the artifacts of its supernet lie
   */
  record Checked(
      SearchInputs inputs, SearchAnswer answer, String resultDigest, StoreLayout supernet) {}

  /**
   * Checks.
   *
   * @throws StageException naming the file that is damaged
   */
  Checked check() throws IOException {
    byte[] inputBytes = read(SearchInputs.FILE_NAME, SearchInputs.MAX_BYTES);
    SearchInputs inputs = parse(SearchInputs.FILE_NAME, inputBytes, SearchInputs.class);
    String runId = String.valueOf(run.getFileName());
    if (RUN_ID.matcher(runId).matches()
        && !Digests.sha256(inputBytes).startsWith("sha256:" + runId)) {
      throw damaged(SearchInputs.FILE_NAME, "its digest does not begin with " + runId);
    }
    byte[] hardware = read(SearchInputs.HARDWARE_FILE_NAME, MeasuredTable.MAX_BYTES);
    requireDigest(SearchInputs.HARDWARE_FILE_NAME, hardware, inputs.hardware());
    WarmStart start = WarmStart.NONE;
    if (inputs.warmStart() != null) {
      byte[] policies = read(WarmStart.FILE_NAME, WarmStart.MAX_BYTES);
      requireDigest(WarmStart.FILE_NAME, policies, inputs.warmStart());
      start = parse(WarmStart.FILE_NAME, policies, WarmStart.class);
    }
    StoreLayout source = supernet(inputs.predictor());
    SearchProblem problem =
        inputs.problem(
            Predictor.load(
                source.stage(Stage.TRANSFER).resolve(StoreLayout.PREDICTOR),
                new Encoding(inputs.space())),
            HardwareModel.read(hardware));
    SearchAnswer again = search(problem, inputs, start);
    byte[] result = read(SearchAnswer.FILE_NAME, SearchAnswer.MAX_BYTES);
    if (!Arrays.equals(result, Json.bytes(again))) {
      throw damaged(
          SearchAnswer.FILE_NAME,
          "the search of "
              + SearchInputs.FILE_NAME
              + " finds policy "
              + again.best().digest()
              + " of accuracy "
              + again.best().accuracy()
              + " and other bytes than these");
    }
    return new Checked(inputs, again, Digests.sha256(result), source);
  }

  private SearchAnswer search(SearchProblem problem, SearchInputs inputs, WarmStart start) {
    SearchRun search = new SearchRun(problem, inputs.settings(), start);
    while (!search.done()) {
      search.step();
    }
    if (search.outcome() instanceof SearchOutcome.Feasible feasible) {
      return SearchAnswer.of(problem, feasible, inputs.digest());
    }
    throw damaged(SearchInputs.FILE_NAME, "no policy keeps its limits, so there is no answer");
  }

  private StoreLayout supernet(String predictor) throws IOException {
    for (Path folder : supernet == null ? neighbours() : List.of(supernet)) {
      StoreLayout layout = new StoreLayout(folder);
      Optional<Manifest> manifest = manifest(layout.stage(Stage.TRANSFER));
      Manifest.FileEntry entry =
          manifest.map(found -> found.files().get(StoreLayout.PREDICTOR)).orElse(null);
      if (entry != null && entry.sha256().equals(predictor)) {
        Inputs inputs = new Inputs(layout);
        inputs.manifest(Stage.TRANSFER);
        inputs.manifest(Stage.TRAIN);
        return layout;
      }
    }
    throw StageException.input(
        "no predictor with the digest " + predictor + " was found",
        "name the artifact folder of the supernet with --supernet");
  }

  private static Optional<Manifest> manifest(Path folder) throws IOException {
    try {
      return Manifest.read(folder);
    } catch (InvalidArtifactException e) {
      return Optional.empty();
    }
  }

  /** Folders of all resources of the namespace: {@code <namespace>/<resource>/<key>}. */
  private List<Path> neighbours() throws IOException {
    Path resource = run.toAbsolutePath().normalize().getParent();
    Path namespace = resource == null ? null : resource.getParent();
    if (namespace == null) {
      return List.of();
    }
    try (Stream<Path> folders = Files.find(namespace, 2, (p, a) -> a.isDirectory())) {
      return folders.filter(p -> namespace.relativize(p).getNameCount() == 2).sorted().toList();
    }
  }

  private void requireDigest(String file, byte[] bytes, @Nullable String digest) {
    if (!Digests.sha256(bytes).equals(digest)) {
      throw damaged(file, "its digest is not the one in " + SearchInputs.FILE_NAME);
    }
  }

  private byte[] read(String file, int most) throws IOException {
    Path path = run.resolve(FOLDER).resolve(file);
    if (!Files.isRegularFile(path)) {
      throw damaged(file, "it is missing");
    }
    try (InputStream in = Files.newInputStream(path)) {
      byte[] bytes = in.readNBytes(most + 1);
      if (bytes.length > most) {
        throw damaged(file, "it is larger than " + most + " bytes");
      }
      return bytes;
    }
  }

  private <T> T parse(String file, byte[] bytes, Class<T> type) {
    try {
      return Json.read(bytes, type);
    } catch (InvalidArtifactException e) {
      throw damaged(file, String.valueOf(e.getMessage()));
    }
  }

  private static StageException damaged(String file, String problem) {
    return StageException.input(FOLDER + "/" + file + ": " + problem, REMEDY);
  }
}
