package dev.ottla.log.repair;

import dev.ottla.log.inspect.Damage;

/** What becomes of a damaged run of bytes. */
public sealed interface Mend {
    Damage damage();

    /** The header is put right; nothing is lost. */
    record Restore(Damage damage, Damage.Restored batch) implements Mend {}

    /** The bytes go; an empty batch stands for the offsets, so that none is used again. None when last is below first. */
    record GiveUp(Damage damage, long firstOffset, long lastOffset) implements Mend {}

    /** Stays as it is: the next start of a broker deals with it. */
    record Leave(Damage damage, String why) implements Mend {}
}
