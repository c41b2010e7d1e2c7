package dev.ottla.log.inspect;

/** Who hears what a verification finds and how far it is. */
public interface Report {
    void finding(Finding finding);

    /** So many bytes more were read. */
    void progress(long bytes);
}
