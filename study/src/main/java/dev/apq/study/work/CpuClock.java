package dev.apq.study.work;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;

/** Processor time, which unlike wall time hardly depends on what else the machine does. */
public final class CpuClock {
  private static final OperatingSystemMXBean PROCESS =
      ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

  private CpuClock() {}

  /** CPU seconds of this process so far, the JIT compiler's and the collector's included. */
  public static double seconds() {
    return PROCESS.getProcessCpuTime() / 1e9;
  }
}
