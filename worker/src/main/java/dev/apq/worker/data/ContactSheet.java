package dev.apq.worker.data;

import java.awt.image.BufferedImage;

/** A picture of some images of each class, to look at before a long training. */
public final class ContactSheet {
  private static final int PER_CLASS = 10;
  private static final int MAX_CLASSES = 40;
  private static final int GAP = 2;

  private ContactSheet() {}

  /**
   * Draws the first ten images of each of the first forty classes, one class a row.
   *
   * @param part images of one part of a data set
   * @param classes number of classes
   */
  public static BufferedImage of(ImageSet part, int classes) {
    int rows = Math.min(classes, MAX_CLASSES);
    int cell = part.size() + GAP;
    BufferedImage sheet =
        new BufferedImage(PER_CLASS * cell, rows * cell, BufferedImage.TYPE_INT_RGB);
    int[] drawn = new int[rows];
    byte[] pixels = new byte[part.imageBytes()];
    for (int i = 0; i < part.count(); i++) {
      int label = part.label(i);
      if (label < rows && drawn[label] < PER_CLASS) {
        part.read(i, pixels, 0);
        draw(part, pixels, sheet, drawn[label]++ * cell, label * cell);
      }
    }
    return sheet;
  }

  private static void draw(ImageSet part, byte[] pixels, BufferedImage sheet, int left, int top) {
    int size = part.size();
    int area = size * size;
    for (int pixel = 0; pixel < area; pixel++) {
      int rgb = 0;
      for (int channel = 0; channel < 3; channel++) {
        int source = part.channels() == 3 ? channel : 0;
        rgb = rgb << 8 | pixels[source * area + pixel] & 0xFF;
      }
      sheet.setRGB(left + pixel % size, top + pixel / size, rgb);
    }
  }
}
