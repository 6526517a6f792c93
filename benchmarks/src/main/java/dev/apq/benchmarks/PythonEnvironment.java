package dev.apq.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A virtual environment with pinned packages. */
public final class PythonEnvironment {
  private PythonEnvironment() {}

  /** Why Python cannot run; its message says what is missing. */
  public static final class Unavailable extends Exception {
    private static final long serialVersionUID = 1;

    Unavailable(String message) {
      super(message);
    }
  }

  /**
   * Makes a virtual environment with the pinned packages, or takes the one that is there.
   *
   * @param requirements file with the packages, beside the sources that need them
   * @param environment where the virtual environment is or shall be
   * @return its interpreter
   */
  public static Path prepare(Path requirements, Path environment) throws IOException, Unavailable {
    Path python = environment.resolve("bin/python");
    Path done = environment.resolve("requirements.installed");
    if (!Files.isReadable(requirements)) {
      throw new Unavailable("no " + requirements + "; name the Python sources with --python");
    }
    Path here = Path.of("").toAbsolutePath();
    String wanted = Files.readString(requirements);
    if (!Files.exists(done) || !Files.readString(done).equals(wanted)) {
      require(List.of("python3", "-m", "venv", environment.toString()), here);
      require(
          List.of(python.toString(), "-m", "pip", "install", "-q", "-r", requirements.toString()),
          here);
      Files.writeString(done, wanted);
    }
    return python;
  }

  private static void require(List<String> command, Path folder) throws IOException, Unavailable {
    Child.Result result = Child.run(command, folder);
    if (!result.ok()) {
      throw new Unavailable(String.join(" ", command.subList(0, 3)) + ": " + result.lastLine());
    }
  }
}
