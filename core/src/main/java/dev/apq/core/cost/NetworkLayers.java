package dev.apq.core.cost;

import dev.apq.core.cost.Layer.Role;
import java.util.ArrayList;
import java.util.List;

/**
 * A network as the list of its convolution and linear layers, built front to back.
 *
 * <p>Not thread-safe.
 */
public final class NetworkLayers {
  private final List<Layer> layers = new ArrayList<>();
  private int channels;
  private int size;

  private NetworkLayers(int channels, int size) {
    this.channels = channels;
    this.size = size;
  }

  /**
   * An empty network.
   *
   * @param channels input channels
   * @param size input height and width in pixels
   */
  public static NetworkLayers startingWith(int channels, int size) {
    return new NetworkLayers(channels, size);
  }

  /** Appends a dense convolution with batch normalization. */
  public NetworkLayers convolution(
      String name, Role role, int outChannels, int kernel, int stride, int wBits, int aBits) {
    add(name, role, new LayerShape(channels, outChannels, size, kernel, stride, 1, wBits, aBits));
    return this;
  }

  /** Appends a depthwise convolution with batch normalization. */
  public NetworkLayers depthwise(
      String name, Role role, int kernel, int stride, int wBits, int aBits) {
    add(
        name,
        role,
        new LayerShape(channels, channels, size, kernel, stride, channels, wBits, aBits));
    return this;
  }

  /**
   * Appends a convolution beside the main path, such as a projected shortcut: what follows still
   * continues from the main path.
   */
  public NetworkLayers branch(String name, LayerShape shape) {
    layers.add(new Layer(name, Role.BODY, shape, true));
    return this;
  }

  /** Shrinks the image by pooling with stride 2. */
  public NetworkLayers halve() {
    size = (size + 1) / 2;
    return this;
  }

  /** Averages over the image, then appends a linear layer with bias. */
  public NetworkLayers classifier(int classes, int weightBits, int activationBits) {
    LayerShape shape = new LayerShape(channels, classes, 1, 1, 1, 1, weightBits, activationBits);
    layers.add(new Layer("classifier", Role.CLASSIFIER, shape, false));
    return this;
  }

  /** Channels at the end so far. */
  public int channels() {
    return channels;
  }

  /** Height and width at the end so far, in pixels. */
  public int size() {
    return size;
  }

  /** The layers so far. */
  public List<Layer> build() {
    return List.copyOf(layers);
  }

  private void add(String name, Role role, LayerShape shape) {
    layers.add(new Layer(name, role, shape, true));
    channels = shape.outChannels();
    size = shape.outSize();
  }
}
