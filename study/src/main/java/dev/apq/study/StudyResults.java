package dev.apq.study;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.apq.study.search.SearchResult;
import dev.apq.study.transfer.TransferResult;
import dev.apq.worker.supernet.Health;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Everything a study found.
 *
 * @param plan what was studied
 * @param health of the supernet that all numbers rest on
 * @param transfer null if not part of this run
 * @param search null if not part of this run
 * @param cpuSeconds what each part took
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record StudyResults(
    StudyPlan plan,
    Health health,
    @Nullable TransferResult transfer,
    @Nullable SearchResult search,
    Map<String, Double> cpuSeconds) {}
