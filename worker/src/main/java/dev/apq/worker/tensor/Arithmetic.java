package dev.apq.worker.tensor;

import ai.djl.ndarray.NDArray;
import dev.apq.core.contract.TrainingPrecision;
import org.jspecify.annotations.Nullable;

/**
 * What numbers the convolutions and matrix products of a training step are computed with.
 *
 * <p>This is mixed precision (Micikevicius et al., ICLR 2018): with {@link #BFLOAT16} the operands
 * of these products are cast where they are used and their results cast back, through the gradient
 * as well. Weights, their gradients, batch normalization with its statistics, activations, the
 * classifier, softmax and loss, the optimizer and the average stay 32-bit floats. The loss is not
 * scaled: bfloat16 has the exponents of a 32-bit float, so gradients neither vanish nor overflow
 * where those would not.
 *
 * <p>Only training uses it. Measuring, quantization and fine-tuning compute in 32-bit floats on
 * every device: a quantized forward pass is exact in them, that is equal to the one in integers,
 * and its 8-bit levels would be rounded by the 8 significant bits of bfloat16; and accuracies that
 * differ by the device would not be comparable.
 */
public enum Arithmetic {
  /** 32-bit floats throughout. */
  FLOAT32("32-bit floats") {
    @Override
    public NDArray operand(NDArray x) {
      return x;
    }

    @Override
    public NDArray result(NDArray y) {
      return y;
    }
  },

  /** Products of bfloat16, everything else in 32-bit floats. */
  BFLOAT16("bfloat16 products, otherwise 32-bit floats") {
    @Override
    public NDArray operand(NDArray x) {
      return Casts.TO_BFLOAT16.of(x);
    }

    @Override
    public NDArray result(NDArray y) {
      return Casts.TO_FLOAT32.of(y);
    }
  };

  private final String description;

  Arithmetic(String description) {
    this.description = description;
  }

  /** The array as a factor of a product. */
  public abstract NDArray operand(NDArray x);

  /** A product, as the rest of the network takes it. */
  public abstract NDArray result(NDArray y);

  /**
   * What a training uses: bfloat16 if every GPU computes with it, and 32-bit floats on other GPUs
   * and on the CPU, where bfloat16 is slower.
   *
   * @param wanted by the recipe; null for this choice
   * @throws IllegalArgumentException if bfloat16 is wanted of a GPU that lacks it
   */
  public static Arithmetic choose(@Nullable TrainingPrecision wanted, Devices devices) {
    if (wanted == null) {
      return devices.bfloat16() ? BFLOAT16 : FLOAT32;
    }
    if (wanted == TrainingPrecision.BFLOAT16 && !devices.gpus().isEmpty() && !devices.bfloat16()) {
      throw new IllegalArgumentException(
          "recipe.precision: bfloat16 needs GPUs of compute capability 8.0 or higher, this is "
              + devices.describe()
              + "; leave the field out or set it to float32");
    }
    return valueOf(wanted.name());
  }

  /** For people. */
  public String describe() {
    return description;
  }

  /** DJL's own cast to bfloat16 ends the process. The numbers are PyTorch's for the types. */
  private static final class Casts {
    static final Script TO_BFLOAT16 = new Script("torch.to(x, 15)");
    static final Script TO_FLOAT32 = new Script("torch.to(x, 6)");
  }
}
