package dev.apq.core.cost;

import dev.apq.core.cost.Layer.Role;
import java.util.List;

/** Well-known ImageNet networks at 224 pixels and one bit width, to compare costs with. */
public final class ReferenceNetworks {
  private static final int CLASSES = 1000;

  private ReferenceNetworks() {}

  /** ResNet-18 (He et al., CVPR 2016). */
  public static List<Layer> resNet18(int bits) {
    return basicResNet(new int[] {2, 2, 2, 2}, bits);
  }

  /** ResNet-34 (He et al., CVPR 2016). */
  public static List<Layer> resNet34(int bits) {
    return basicResNet(new int[] {3, 4, 6, 3}, bits);
  }

  /** ResNet-50 with the stride in the 3x3 convolutions, as common frameworks build it. */
  public static List<Layer> resNet50(int bits) {
    NetworkLayers net = resNetStem(bits);
    int[] depths = {3, 4, 6, 3};
    for (int stage = 0; stage < depths.length; stage++) {
      int width = 64 << stage;
      for (int block = 0; block < depths[stage]; block++) {
        String name = "stage" + stage + ".block" + block;
        int stride = stage > 0 && block == 0 ? 2 : 1;
        shortcut(net, name, 4 * width, stride, bits);
        net.convolution(name + ".reduce", Role.BODY, width, 1, 1, bits, bits)
            .convolution(name + ".spatial", Role.BODY, width, 3, stride, bits, bits)
            .convolution(name + ".expand", Role.BODY, 4 * width, 1, 1, bits, bits);
      }
    }
    return net.classifier(CLASSES, bits, bits).build();
  }

  /** MobileNetV2 of width 1.0 (Sandler et al., CVPR 2018). */
  public static List<Layer> mobileNetV2(int bits) {
    NetworkLayers net =
        NetworkLayers.startingWith(3, 224)
            .convolution("stem", Role.STEM, 32, 3, 2, bits, bits)
            .depthwise("first.depthwise", Role.FIRST_BLOCK, 3, 1, bits, bits)
            .convolution("first.project", Role.FIRST_BLOCK, 16, 1, 1, bits, bits);
    int[][] stages = {{24, 2, 2}, {32, 3, 2}, {64, 4, 2}, {96, 3, 1}, {160, 3, 2}, {320, 1, 1}};
    for (int s = 0; s < stages.length; s++) {
      for (int block = 0; block < stages[s][1]; block++) {
        String name = "stage" + s + ".block" + block;
        int stride = block == 0 ? stages[s][2] : 1;
        net.convolution(name + ".expand", Role.BODY, 6 * net.channels(), 1, 1, bits, bits)
            .depthwise(name + ".depthwise", Role.BODY, 3, stride, bits, bits)
            .convolution(name + ".project", Role.BODY, stages[s][0], 1, 1, bits, bits);
      }
    }
    return net.convolution("head", Role.HEAD, 1280, 1, 1, bits, bits)
        .classifier(CLASSES, bits, bits)
        .build();
  }

  private static List<Layer> basicResNet(int[] depths, int bits) {
    NetworkLayers net = resNetStem(bits);
    for (int stage = 0; stage < depths.length; stage++) {
      int width = 64 << stage;
      for (int block = 0; block < depths[stage]; block++) {
        String name = "stage" + stage + ".block" + block;
        int stride = stage > 0 && block == 0 ? 2 : 1;
        shortcut(net, name, width, stride, bits);
        net.convolution(name + ".first", Role.BODY, width, 3, stride, bits, bits)
            .convolution(name + ".second", Role.BODY, width, 3, 1, bits, bits);
      }
    }
    return net.classifier(CLASSES, bits, bits).build();
  }

  private static NetworkLayers resNetStem(int bits) {
    return NetworkLayers.startingWith(3, 224)
        .convolution("stem", Role.STEM, 64, 7, 2, bits, bits)
        .halve();
  }

  private static void shortcut(NetworkLayers net, String name, int out, int stride, int bits) {
    if (stride != 1 || net.channels() != out) {
      net.branch(
          name + ".shortcut",
          new LayerShape(net.channels(), out, net.size(), 1, stride, 1, bits, bits));
    }
  }
}
