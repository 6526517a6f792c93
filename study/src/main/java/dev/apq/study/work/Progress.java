package dev.apq.study.work;

import java.io.PrintStream;
import java.util.Locale;
import java.util.function.LongSupplier;

/** Says how far each part of the study is and how long the rest of the part will take. */
public final class Progress {
  private static final double NANOS = 1e9;
  private static final double LINE_SECONDS = 5;

  private final PrintStream out;
  private final LongSupplier nanoTime;
  private String part = "";
  private int units;
  private int done;
  private int computed;
  private long start;
  private double lastLine;

  public Progress(PrintStream out, LongSupplier nanoTime) {
    this.out = out;
    this.nanoTime = nanoTime;
  }

  /** Begins a part of that many units of about the same cost. */
  void part(String name, int unitsOfPart) {
    part = name;
    units = unitsOfPart;
    done = 0;
    computed = 0;
    start = nanoTime.getAsLong();
    lastLine = 0;
    out.println(name + ": " + unitsOfPart + " units of work");
  }

  /** Counts a unit. */
  void unit(boolean wasComputed) {
    done++;
    computed += wasComputed ? 1 : 0;
    double seconds = (nanoTime.getAsLong() - start) / NANOS;
    if (done < units && seconds - lastLine < LINE_SECONDS) {
      return;
    }
    lastLine = seconds;
    String left =
        done >= units || computed == 0
            ? ""
            : String.format(Locale.ROOT, ", %.0f s left", seconds / computed * (units - done));
    out.println(part + ": " + done + " of " + units + left);
    out.flush();
  }
}
