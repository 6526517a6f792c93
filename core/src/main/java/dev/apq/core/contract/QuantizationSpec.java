package dev.apq.core.contract;

/**
 * How subnets are quantized.
 *
 * @param quantizer how values are rounded
 * @param learningRate peak learning rate of fine-tuning, a decimal string
 */
public record QuantizationSpec(Quantizer quantizer, String learningRate) {

  /**
   * @throws IllegalArgumentException naming a field that is missing or out of range
   */
  public QuantizationSpec {
    if (quantizer == null) {
      throw new IllegalArgumentException("quantization.quantizer: is missing");
    }
    Ranges.decimal("quantization.learningRate", learningRate, 0, 10);
  }
}
