package dev.apq.core.space;

/**
 * A depthwise-separable block behind the stem with expand ratio 1, hence without expand
 * convolution; never searched (8-bit weights and activations).
 *
 * @param channels output channels
 * @param kernelSize square depthwise kernel, odd, in pixels
 * @param stride 1 or 2
 */
public record FirstBlock(int channels, int kernelSize, int stride) {}
