package dev.apq.kubectl.view;

import java.util.ArrayList;
import java.util.List;

/**
 * A grid of characters to draw on: lines in dots of an eighth of a character (braille), or of a
 * whole one in ASCII, and marks on top of them. Positions are 0..1 from the left and the bottom.
 */
final class Canvas {
  private static final int BRAILLE = 0x2800;
  // Bit of each dot in a braille character, by column and row from the top.
  private static final int[][] DOTS = {{0x01, 0x02, 0x04, 0x40}, {0x08, 0x10, 0x20, 0x80}};

  private final int width;
  private final int height;
  private final boolean unicode;
  private final int[][] dots;
  private final String[][] marks;

  Canvas(int width, int height, boolean unicode) {
    this.width = width;
    this.height = height;
    this.unicode = unicode;
    this.dots = new int[height][width];
    this.marks = new String[height][width];
  }

  /** A horizontal line from {@code x0} to {@code x1} at height {@code y}. */
  void horizontal(double x0, double x1, double y) {
    int columns = unicode ? 2 * width : width;
    int row = cell(1 - y, unicode ? 4 * height : height);
    for (int c = cell(x0, columns); c <= cell(x1, columns); c++) {
      dot(c, row);
    }
  }

  /** A vertical line from {@code y0} up to {@code y1} at {@code x}. */
  void vertical(double x, double y0, double y1) {
    int rows = unicode ? 4 * height : height;
    int column = cell(x, unicode ? 2 * width : width);
    for (int r = cell(1 - y1, rows); r <= cell(1 - y0, rows); r++) {
      dot(column, r);
    }
  }

  /** A character on top of whatever is there. */
  void mark(double x, double y, String character) {
    marks[cell(1 - y, height)][cell(x, width)] = character;
  }

  /** A column of characters where nothing else is drawn. */
  void backdrop(double x, String character) {
    int column = cell(x, width);
    for (int row = 0; row < height; row++) {
      if (marks[row][column] == null && dots[row][column] == 0) {
        marks[row][column] = character;
      }
    }
  }

  /** The rows from top to bottom, each a list of single characters. */
  List<List<String>> rows() {
    List<List<String>> rows = new ArrayList<>();
    for (int r = 0; r < height; r++) {
      List<String> row = new ArrayList<>();
      for (int c = 0; c < width; c++) {
        if (marks[r][c] != null) {
          row.add(marks[r][c]);
        } else if (dots[r][c] == 0) {
          row.add(" ");
        } else {
          row.add(unicode ? String.valueOf((char) (BRAILLE + dots[r][c])) : ".");
        }
      }
      rows.add(row);
    }
    return rows;
  }

  private void dot(int column, int row) {
    if (unicode) {
      dots[row / 4][column / 2] |= DOTS[column % 2][row % 4];
    } else {
      dots[row][column] = 1;
    }
  }

  private static int cell(double position, int count) {
    return Math.max(0, Math.min(count - 1, (int) Math.floor(position * count)));
  }
}
