package dev.ottla.benchmarks.groups;

import java.util.List;

/** The members of one group, all in this process, each with a connection. */
interface MembersOf {
    /** Lets one member more for each connection join, all at the same time; nanoseconds from the first request until the group is stable. */
    long join(List<Link> links);

    /** A heartbeat of each member. */
    List<Beat> heartbeats();

    /** All go; their connections stay. */
    void leave();
}
