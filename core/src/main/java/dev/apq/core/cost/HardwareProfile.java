package dev.apq.core.cost;

/**
 * A bit-flexible systolic accelerator of the BitFusion kind (Sharma et al., ISCA 2018).
 *
 * @param name for messages and results
 * @param rows fusion units along the input channels
 * @param columns fusion units along the output channels
 * @param dramBitsPerCycle width of the DRAM port
 * @param activationSramBytes input buffer; half of each buffer is usable (double buffering)
 * @param weightSramBytes weight buffer
 * @param outputSramBytes output buffer, 32-bit partial sums
 * @param frequencyMhz clock
 * @param energy energy coefficients
 */
public record HardwareProfile(
    String name,
    int rows,
    int columns,
    int dramBitsPerCycle,
    int activationSramBytes,
    int weightSramBytes,
    int outputSramBytes,
    int frequencyMhz,
    Energy energy) {

  /**
   * @throws IllegalArgumentException if a value is out of range
   */
  public HardwareProfile {
    if (name == null || energy == null) {
      throw new IllegalArgumentException("a hardware profile needs name and energy");
    }
    within("rows", rows, 2, 1024);
    within("columns", columns, 1, 1024);
    within("dramBitsPerCycle", dramBitsPerCycle, 1, 1 << 16);
    within("activationSramBytes", activationSramBytes, 1024, 1 << 28);
    within("weightSramBytes", weightSramBytes, 1024, 1 << 28);
    within("outputSramBytes", outputSramBytes, 1024, 1 << 28);
    within("frequencyMhz", frequencyMhz, 1, 100_000);
  }

  /**
   * Energy coefficients in millijoules.
   *
   * @param perCycle static energy of a cycle
   * @param perComputeCycle additional energy of a cycle in which the array computes
   * @param perDramBit moving a bit from or to DRAM
   * @param perWeightBit reading a bit of the weight buffer
   * @param perActivationBit reading a bit of the activation buffer
   * @param perActivationFillBit writing a bit into the activation buffer
   * @param perOutputBit accessing a bit of the output buffer
   */
  public record Energy(
      double perCycle,
      double perComputeCycle,
      double perDramBit,
      double perWeightBit,
      double perActivationBit,
      double perActivationFillBit,
      double perOutputBit) {}

  /**
   * The accelerator of the APQ paper: 16x32 units, 192 bit/cycle, 32/64/16 KiB, 500 MHz. The energy
   * coefficients are fitted to the table published with the paper (0.1 % per network).
   */
  public static HardwareProfile bitfusion() {
    return new HardwareProfile(
        "bitfusion",
        16,
        32,
        192,
        32 << 10,
        64 << 10,
        16 << 10,
        500,
        new Energy(
            0.428526825e-6,
            0.485967787e-6,
            0.0150714709e-6,
            1.41441202e-11,
            5.56814382e-12,
            5.94783449e-11,
            1.97519921e-11));
  }

  private static void within(String field, int value, int min, int max) {
    if (value < min || value > max) {
      throw new IllegalArgumentException(
          "hardware profile " + field + ": " + value + " is outside " + min + ".." + max);
    }
  }
}
