package dev.apq.worker.export;

import dev.apq.worker.quantization.Grid;

/**
 * The grid of a layer's input: multiples of {@code scale} from {@code least()} to {@code
 * greatest()}. An unsigned input comes from a ReLU6, perhaps by way of a mean, so it needs no level
 * above the one that 6 is rounded to.
 *
 * @param scale distance between neighbouring levels, above 0
 * @param bits bit width, 2..8
 * @param signed whether negative values have levels
 */
public record InputGrid(float scale, int bits, boolean signed) {
  private static final int MAX_BITS = 8;
  private static final float RELU6 = 6;

  /**
   * @throws IllegalArgumentException if a value is out of range
   */
  public InputGrid {
    if (!(scale > 0) || Float.isInfinite(scale) || bits < 2 || bits > MAX_BITS) {
      throw new IllegalArgumentException("no grid with scale " + scale + " and " + bits + " bits");
    }
  }

  static InputGrid of(Grid grid) {
    return new InputGrid(grid.scales()[0], grid.bits(), grid.signed());
  }

  /** The lowest level. */
  public int least() {
    return signed ? -greatest() : 0;
  }

  /** The highest level. */
  public int greatest() {
    int levels = Grid.levels(bits, signed);
    return signed ? levels : (int) Math.min(levels, Math.max(1, Math.rint(RELU6 / scale)));
  }
}
