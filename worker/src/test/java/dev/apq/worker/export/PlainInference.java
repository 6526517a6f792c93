package dev.apq.worker.export;

import dev.apq.core.cost.LayerShape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Runs a frozen network on one image, by its definition, in double precision. */
final class PlainInference {
  private PlainInference() {}

  static double[] logits(FrozenNetwork network, float[] image) {
    List<double[]> outputs = new ArrayList<>();
    double[] x = new double[image.length];
    Arrays.setAll(x, i -> image[i]);
    for (FrozenLayer layer : network.layers()) {
      double[] y = convolve(layer, round(layer.input(), layer.pooled() ? mean(layer, x) : x));
      double[] added = layer.shortcut() >= 0 ? outputs.get(layer.shortcut()) : new double[y.length];
      Arrays.setAll(y, i -> y[i] + added[i]);
      if (layer.relu6()) {
        Arrays.setAll(y, i -> Math.max(0, Math.min(6, y[i])));
      }
      outputs.add(y);
      x = y;
    }
    return x;
  }

  private static double[] round(InputGrid grid, double[] x) {
    if (grid == null) {
      return x;
    }
    double[] rounded = new double[x.length];
    Arrays.setAll(
        rounded,
        i ->
            grid.scale()
                * Math.max(
                    grid.least(),
                    Math.min(grid.greatest(), Math.rint((float) x[i] / grid.scale()))));
    return rounded;
  }

  private static double[] mean(FrozenLayer layer, double[] x) {
    int channels = layer.shape().inChannels();
    int area = x.length / channels;
    double[] mean = new double[channels];
    for (int i = 0; i < x.length; i++) {
      mean[i / area] += x[i] / area;
    }
    return mean;
  }

  private static double[] convolve(FrozenLayer layer, double[] x) {
    LayerShape shape = layer.shape();
    int area = shape.outSize() * shape.outSize();
    double[] y = new double[shape.outChannels() * area];
    for (int out = 0; out < shape.outChannels(); out++) {
      for (int pixel = 0; pixel < area; pixel++) {
        double sum = sum(layer, x, out, pixel / shape.outSize(), pixel % shape.outSize());
        y[out * area + pixel] = sum * layer.affine().factor(out) + layer.affine().summand(out);
      }
    }
    return y;
  }

  private static double sum(FrozenLayer layer, double[] x, int out, int row, int column) {
    LayerShape shape = layer.shape();
    int kernel = shape.kernelSize();
    int inputs = shape.inChannels() / shape.groups();
    int first = out / (shape.outChannels() / shape.groups()) * inputs;
    double sum = 0;
    for (int in = 0; in < inputs; in++) {
      for (int tap = 0; tap < kernel * kernel; tap++) {
        int r = row * shape.stride() + tap / kernel - kernel / 2;
        int c = column * shape.stride() + tap % kernel - kernel / 2;
        if (r >= 0 && c >= 0 && r < shape.inSize() && c < shape.inSize()) {
          int weight = (out * inputs + in) * kernel * kernel + tap;
          sum +=
              layer.weights().levels()[weight]
                  * (double) layer.weights().scale(out)
                  * x[((first + in) * shape.inSize() + r) * shape.inSize() + c];
        }
      }
    }
    return sum;
  }
}
