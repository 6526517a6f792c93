package dev.apq.benchmarks;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;

/** CPU time, which unlike wall time hardly depends on what else the machine does. */
public final class CpuClock {
  private static final OperatingSystemMXBean PROCESS =
      ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  private CpuClock() {}

  /** CPU seconds of this process so far, with the JIT compiler's and the collector's threads. */
  public static double processSeconds() {
    return PROCESS.getProcessCpuTime() / 1e9;
  }

  /** CPU seconds of this thread so far. */
  public static double threadSeconds() {
    return THREADS.getCurrentThreadCpuTime() / 1e9;
  }
}
