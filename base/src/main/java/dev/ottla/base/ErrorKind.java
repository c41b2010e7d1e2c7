package dev.ottla.base;

/** Whose turn it is after an error. */
public enum ErrorKind {
    /** No error. */
    NONE,
    /** The request is wrong; sending it again will fail again. */
    CLIENT,
    /** The cluster is not ready for it; the same request may succeed later. */
    RETRIABLE,
    /** A limit or a disk is exhausted. */
    RESOURCE,
    /** A fault of ours. */
    INTERNAL
}
