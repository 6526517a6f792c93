package dev.apq.worker.stage;

import java.io.IOException;

/** The work of one stage. */
@FunctionalInterface
interface StageWork {
  /**
   * Makes the stage's files. May be called again after it was interrupted at any point, and then
   * continues.
   *
   * @throws StageException if the result cannot be made
   * @throws IOException if the artifact store cannot be read or written
   */
  StageResult run(StageContext context) throws IOException;
}
