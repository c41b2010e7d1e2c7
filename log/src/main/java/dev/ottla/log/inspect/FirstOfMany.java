package dev.ottla.log.inspect;

import org.jspecify.annotations.Nullable;

/** Keeps the first finding of a kind and counts the others, so that a file of garbage makes one line. */
final class FirstOfMany {
    private @Nullable Finding first;
    private long count;

    void add(Finding finding) {
        if (first == null) {
            first = finding;
        }
        count++;
    }

    void tell(Report report) {
        Finding finding = first;
        if (finding == null) {
            return;
        }
        String more = count == 1 ? "" : " (and " + (count - 1) + " more like it)";
        report.finding(new Finding(
                finding.severity(),
                finding.file(),
                finding.position(),
                finding.firstOffset(),
                finding.lastOffset(),
                finding.problem() + more,
                finding.advice()));
    }
}
