package dev.apq.core.space;

import java.util.List;

/**
 * A searchable inverted-residual block (expand 1x1, depthwise, project 1x1) and its options.
 *
 * @param index position among all blocks of the space, active or not, from 0
 * @param stage its stage, from 0
 * @param positionInStage position within the stage, from 0; active iff below the stage's depth
 * @param inChannels input channels
 * @param outChannels output channels
 * @param stride stride of the depthwise convolution
 * @param inSize input height and width in pixels
 * @param outSize output height and width in pixels
 * @param kernelSizes depthwise kernel options
 * @param widths options for the expanded channels
 * @param residual whether input and output are added: stride 1 and as many channels
 */
public record BlockSpace(
    int index,
    int stage,
    int positionInStage,
    int inChannels,
    int outChannels,
    int stride,
    int inSize,
    int outSize,
    List<Integer> kernelSizes,
    List<Integer> widths,
    boolean residual) {}
