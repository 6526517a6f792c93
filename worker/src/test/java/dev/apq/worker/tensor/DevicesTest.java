package dev.apq.worker.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import java.util.List;
import org.junit.jupiter.api.Test;

class DevicesTest {
  @Test
  void withoutGpusTheCpuComputesInFullPrecision() {
    Devices devices = Devices.cpu(3);
    assertThat(devices.all()).containsExactly(Device.cpu());
    assertThat(devices.describe()).isEqualTo("CPU, 3 threads");
  }

  @Test
  void everyGpuSharesTheBatch() {
    Devices devices = new Devices(1, List.of("90", "80"));
    assertThat(devices.all()).containsExactly(Device.gpu(0), Device.gpu(1));
    assertThat(devices.first()).isEqualTo(Device.gpu(0));
    assertThat(devices.describe()).contains("2 GPUs", "90, 80");
  }

  @Test
  void whatIsNotSharedTakesTheFirst() {
    assertThat(new Devices(4, List.of("80", "90")).one()).isEqualTo(new Devices(4, List.of("80")));
    assertThat(Devices.cpu(4).one()).isEqualTo(Devices.cpu(4));
  }

  @Test
  void thisMachineHasWhatTheEngineSays() {
    Devices devices = Devices.find();
    assertThat(devices.threads()).isPositive();
    assertThat(devices.all()).isNotEmpty();
  }
}
