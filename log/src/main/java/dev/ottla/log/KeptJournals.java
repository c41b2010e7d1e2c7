package dev.ottla.log;

import dev.ottla.base.Files;
import dev.ottla.base.TopicId;
import dev.ottla.log.journal.JournalVisitor;
import dev.ottla.log.journal.KeptEntries;
import dev.ottla.log.journal.RecoveryPoint;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Journal entries of partitions that could not take them, because their files are damaged or gone: one file each, whose name says from which offset on it
 * has all. They are applied at the first start that finds the partition whole, so that nothing acknowledged is lost when the journal goes on.
 */
final class KeptJournals {
    static final String FOLDER = KeptEntries.FOLDER;

    private static final Logger LOG = LoggerFactory.getLogger(KeptJournals.class);
    private static final Pattern NAME = Pattern.compile("([A-Za-z0-9_-]{22})-(\\d{1,9})-(\\d{1,19})");

    private final Files files;
    private final Path dataFolder;
    private final Path folder;
    private final Map<ReplayPlan.Key, Kept> kept = new HashMap<>();

    private record Kept(long offset, Path file) {}

    private KeptJournals(Files files, Path dataFolder) {
        this.files = files;
        this.dataFolder = dataFolder;
        this.folder = dataFolder.resolve(FOLDER);
    }

    static KeptJournals read(Files files, Path dataFolder) throws IOException {
        KeptJournals all = new KeptJournals(files, dataFolder);
        if (files.exists(all.folder)) {
            for (Path file : files.list(all.folder)) {
                Matcher name = NAME.matcher(String.valueOf(file.getFileName()));
                if (name.matches()) {
                    var key = new ReplayPlan.Key(TopicId.parse(name.group(1)), Integer.parseInt(name.group(2)));
                    all.kept.put(key, new Kept(Long.parseLong(name.group(3)), file));
                }
            }
        }
        return all;
    }

    synchronized Set<ReplayPlan.Key> keys() {
        return new HashSet<>(kept.keySet());
    }

    synchronized boolean isEmpty() {
        return kept.isEmpty();
    }

    synchronized boolean has(ReplayPlan.Key key) {
        return kept.containsKey(key);
    }

    /** What is kept of a partition says to its segments: nothing, when nothing is. */
    synchronized ReplayPlan plan(ReplayPlan.Key key) throws IOException {
        ReplayPlan plan = new ReplayPlan(key);
        Kept its = kept.get(key);
        if (its != null) {
            plan.startAt(new RecoveryPoint(key.topic(), key.partition(), its.offset(), 0));
            KeptEntries.replay(files, its.file(), plan::add);
        }
        return plan;
    }

    synchronized void replay(ReplayPlan.Key key, JournalVisitor visitor) throws IOException {
        Kept its = kept.get(key);
        if (its != null) {
            KeptEntries.replay(files, its.file(), visitor);
        }
    }

    /** Keeps what a journal has of a partition, durably, in place of what was kept before. */
    synchronized void keep(ReplayPlan plan, JournalReplay journal) throws IOException {
        Kept old = kept.get(plan.key());
        files.createFolders(folder);
        Path file = folder.resolve(
                KeptEntries.fileName(plan.key().topic(), plan.key().partition(), plan.cutOffset()));
        try (KeptEntries copy = KeptEntries.write(files, file)) {
            journal.forEach(plan, copy::add);
            copy.finish();
        }
        files.forceFolder(folder);
        files.forceFolder(dataFolder);
        kept.put(plan.key(), new Kept(plan.cutOffset(), file));
        if (old != null && !old.file().equals(file)) {
            files.deleteIfExists(old.file());
        }
        LOG.warn("Journal entries of {} are kept in {} until the partition can take them", plan.key(), file);
    }

    /** The partition has taken them, or is deleted. */
    synchronized void drop(ReplayPlan.Key key) throws IOException {
        Kept its = kept.remove(key);
        if (its != null) {
            files.deleteIfExists(its.file());
            files.forceFolder(folder);
        }
    }
}
