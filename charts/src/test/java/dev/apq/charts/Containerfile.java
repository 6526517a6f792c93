package dev.apq.charts;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A container file as a list of stages. */
record Containerfile(Map<String, String> globalArguments, List<Stage> stages) {

  /**
   * What begins with {@code FROM}.
   *
   * @param base the argument of FROM without the stage's name
   * @param name the stage's name, or empty
   * @param instructions the following lines, continuations joined
   */
  record Stage(String base, String name, List<String> instructions) {
    /** Arguments of the instructions with this keyword. */
    List<String> all(String keyword) {
      return instructions.stream()
          .filter(line -> line.startsWith(keyword + " "))
          .map(line -> line.substring(keyword.length()).strip())
          .toList();
    }
  }

  static Containerfile read(Path file) {
    Map<String, String> arguments = new LinkedHashMap<>();
    List<Stage> stages = new ArrayList<>();
    String joined = Repository.read(file).replaceAll("\\\\\\n\\s*", " ");
    for (String line : joined.lines().filter(l -> !l.isBlank() && !l.startsWith("#")).toList()) {
      if (line.startsWith("FROM ")) {
        String[] parts = line.substring(5).split(" AS ", 2);
        stages.add(new Stage(parts[0], parts.length == 2 ? parts[1] : "", new ArrayList<>()));
      } else if (stages.isEmpty()) {
        String[] argument = line.substring("ARG ".length()).split("=", 2);
        arguments.put(argument[0], argument[1]);
      } else {
        stages.get(stages.size() - 1).instructions().add(line);
      }
    }
    return new Containerfile(arguments, List.copyOf(stages));
  }

  Stage stage(String name) {
    return stages.stream().filter(stage -> stage.name().equals(name)).findFirst().orElseThrow();
  }
}
