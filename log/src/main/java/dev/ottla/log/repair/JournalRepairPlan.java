package dev.ottla.log.repair;

import dev.ottla.log.journal.JournalSalvage;
import java.util.List;

/**
 * What a repair of a journal would do.
 *
 * @param gaps where entries are missing; none when there is nothing to repair
 * @param partitions those that have anything in the journal
 * @param mayReturn where a DeleteRecords whose entry is lost would be undone
 */
public record JournalRepairPlan(
        List<JournalSalvage.Gap> gaps, List<JournalShare> partitions, List<MayReturn> mayReturn) {
    public boolean isNeeded() {
        return !gaps.isEmpty();
    }

    public List<JournalShare> losing() {
        return partitions.stream().filter(share -> share.lost() != null).toList();
    }
}
