package dev.ottla.controller;

import dev.ottla.base.Files;
import dev.ottla.metadata.ClusterImage;
import dev.ottla.metadata.EventCodec;
import dev.ottla.metadata.MetadataEvent;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;

/** Reads one file of the local metadata log onto an image. */
final class LogReplay {
    private LogReplay() {}

    /**
     * What a file led to.
     *
     * @param nextSequence of the first entry that is not in {@code image}
     * @param goodBytes where the file's last whole entry ends
     * @param sizeBytes of the file; more than {@code goodBytes} when a torn entry follows
     */
    record Result(ClusterImage image, long nextSequence, long goodBytes, long sizeBytes) {
        boolean torn() {
            return goodBytes < sizeBytes;
        }
    }

    /** Reads a snapshot; it must be whole. */
    static Result snapshot(Files files, Path file, long nameSequence) throws IOException {
        ByteBuffer content = ByteBuffer.wrap(files.readAll(file));
        long sequence = LogFormat.readHeader(file, content, LogFormat.SNAPSHOT_MAGIC);
        requireName(file, nameSequence, sequence);
        LogFormat.EntryHeader entry = LogFormat.entryHeader(content, LogFormat.HEADER_BYTES);
        int payload = LogFormat.HEADER_BYTES + LogFormat.ENTRY_HEADER_BYTES;
        if (entry == null
                || entry.sequence() != sequence
                || content.limit() - payload != entry.length()
                || LogFormat.crc(content, payload, entry.length()) != entry.payloadCrc()) {
            throw damaged(file, LogFormat.HEADER_BYTES, "a snapshot must be whole");
        }
        ClusterImage image = apply(ClusterImage.EMPTY, file, content, payload, entry.length());
        return new Result(image, sequence, content.limit(), content.limit());
    }

    /** Reads a log, leaving out entries that {@code image} holds already. */
    static Result log(Files files, Path file, long nameSequence, ClusterImage image, long nextSequence)
            throws IOException {
        ByteBuffer content = ByteBuffer.wrap(files.readAll(file));
        long sequence = LogFormat.readHeader(file, content, LogFormat.LOG_MAGIC);
        requireName(file, nameSequence, sequence);
        if (sequence > nextSequence) {
            throw new IOException(
                    "Metadata entries " + nextSequence + " to " + (sequence - 1) + " are missing before " + file);
        }
        int position = LogFormat.HEADER_BYTES;
        ClusterImage after = image;
        while (position < content.limit()) {
            LogFormat.EntryHeader entry = LogFormat.entryHeader(content, position);
            if (entry == null) {
                requireNoLaterEntry(file, content, position, sequence);
                break;
            }
            if (entry.sequence() != sequence) {
                throw damaged(file, position, "entry " + entry.sequence() + " stands where " + sequence + " belongs");
            }
            int payload = position + LogFormat.ENTRY_HEADER_BYTES;
            int left = content.limit() - payload;
            if (left < entry.length()) {
                break;
            }
            if (LogFormat.crc(content, payload, entry.length()) != entry.payloadCrc()) {
                if (left > entry.length()) {
                    throw damaged(file, position, "entry " + sequence + " has a wrong checksum and is not the last");
                }
                break;
            }
            if (sequence >= nextSequence) {
                after = apply(after, file, content, payload, entry.length());
            }
            sequence++;
            position = payload + entry.length();
        }
        if (sequence < nextSequence) {
            throw damaged(file, position, "it ends before entry " + nextSequence + ", which the snapshot has seen");
        }
        return new Result(after, sequence, position, content.limit());
    }

    /** A header that makes no sense is a torn one only when no later entry shows that this one was once forced. */
    private static void requireNoLaterEntry(Path file, ByteBuffer content, int position, long sequence)
            throws IOException {
        for (int later = position + 1; later < content.limit(); later++) {
            LogFormat.EntryHeader entry = LogFormat.entryHeader(content, later);
            if (entry != null && entry.sequence() > sequence) {
                throw damaged(
                        file,
                        position,
                        "entry " + sequence + " has a wrong header, and entry " + entry.sequence() + " follows");
            }
        }
    }

    private static ClusterImage apply(ClusterImage image, Path file, ByteBuffer content, int position, int length)
            throws IOException {
        try {
            List<MetadataEvent> events = EventCodec.decode(content.slice(position, length));
            return image.apply(events);
        } catch (IllegalArgumentException | IllegalStateException unreadable) {
            throw new IOException(file + " at byte " + position + ": " + unreadable.getMessage(), unreadable);
        }
    }

    private static void requireName(Path file, long nameSequence, long sequence) throws IOException {
        if (nameSequence != sequence) {
            throw new IOException(file + " begins with entry " + sequence + ", not with that of its name");
        }
    }

    private static IOException damaged(Path file, long position, String what) {
        return new IOException(file + " is damaged at byte " + position + ": " + what
                + ". Nothing was changed; restore the folder from a copy.");
    }
}
