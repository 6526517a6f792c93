/** SupernetTraining: observation, pure decision, actions, status. */
@NullMarked
package dev.apq.operator.training;

import org.jspecify.annotations.NullMarked;
