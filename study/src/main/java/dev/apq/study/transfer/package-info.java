/** How many quantized samples the transfer of the predictor saves. */
@NullMarked
package dev.apq.study.transfer;

import org.jspecify.annotations.NullMarked;
