package dev.apq.worker.data;

import java.awt.image.BufferedImage;
import java.awt.image.Raster;
import java.io.IOException;
import javax.imageio.ImageReadParam;
import javax.imageio.ImageReader;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/**
 * JPEG files in the four colours of print. ImageNet has a few; ImageIO refuses them or, depending
 * on its version, takes the fourth for something else.
 *
 * <p>Adobe's marker says whether cyan, magenta and yellow went through the YCbCr transform, and
 * means that all four are stored inverted (ITU-T T.872, section 6.5).
 */
final class PrintColours {
  private static final String METADATA = "javax_imageio_jpeg_image_1.0";
  private static final int BANDS = 4;
  private static final int YCCK = 2;

  private PrintColours() {}

  /** Whether the reader's image has four bands and Adobe's marker. */
  static boolean applyTo(ImageReader reader) throws IOException {
    return reader.getFormatName().equalsIgnoreCase("jpeg")
        && reader.canReadRaster()
        && elements(reader, "app14Adobe").getLength() > 0
        && bands(reader) == BANDS;
  }

  /** Reads the image as red, green and blue. */
  static BufferedImage read(ImageReader reader, ImageReadParam parameters) throws IOException {
    Raster raster = reader.readRaster(0, parameters);
    Element marker = (Element) elements(reader, "app14Adobe").item(0);
    boolean correlated = Integer.parseInt(marker.getAttribute("transform")) == YCCK;
    BufferedImage image =
        new BufferedImage(raster.getWidth(), raster.getHeight(), BufferedImage.TYPE_INT_RGB);
    int[] bands = new int[BANDS];
    for (int y = 0; y < raster.getHeight(); y++) {
      for (int x = 0; x < raster.getWidth(); x++) {
        raster.getPixel(x, y, bands);
        image.setRGB(x, y, rgb(bands, correlated));
      }
    }
    return image;
  }

  private static int bands(ImageReader reader) throws IOException {
    Element frame = (Element) elements(reader, "sof").item(0);
    return frame == null ? 0 : Integer.parseInt(frame.getAttribute("numFrameComponents"));
  }

  private static NodeList elements(ImageReader reader, String name) throws IOException {
    Element root = (Element) reader.getImageMetadata(0).getAsTree(METADATA);
    return root.getElementsByTagName(name);
  }

  private static int rgb(int[] bands, boolean correlated) {
    int rgb = 0;
    for (int colour = 0; colour < 3; colour++) {
      int light = correlated ? 255 - decorrelated(bands, colour) : bands[colour];
      rgb = rgb << 8 | light * bands[3] / 255;
    }
    return rgb;
  }

  /** YCbCr to a colour, as in JFIF. */
  private static int decorrelated(int[] bands, int colour) {
    double blueness = bands[1] - 128;
    double redness = bands[2] - 128;
    double value =
        switch (colour) {
          case 0 -> bands[0] + 1.402 * redness;
          case 1 -> bands[0] - 0.344136 * blueness - 0.714136 * redness;
          default -> bands[0] + 1.772 * blueness;
        };
    return (int) Math.max(0, Math.min(255, Math.round(value)));
  }
}
