package dev.apq.local.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.logging.FileHandler;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;

/** Sends log records to a file, so that they do not run through what a person reads. */
final class LogFile {
  private static final Logger ROOT = Logger.getLogger("");

  private LogFile() {}

  static void open(Path file) {
    try {
      Files.createDirectories(file.getParent());
      FileHandler handler = new FileHandler(file.toString(), true);
      handler.setFormatter(new SimpleFormatter());
      for (Handler other : ROOT.getHandlers()) {
        ROOT.removeHandler(other);
      }
      ROOT.addHandler(handler);
      ROOT.setLevel(Level.INFO);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + file, e);
    }
  }
}
