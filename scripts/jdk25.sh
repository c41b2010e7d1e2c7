# Sourced by ./ottla and ./check: sets JAVA_HOME to a JDK 25, or says what to install.
jdk_is_25() {
    [ -x "$1/bin/javac" ] && "$1/bin/javac" -version 2>&1 | grep -q '^javac 25'
}

find_jdk_25() {
    if [ -n "${JAVA_HOME:-}" ] && jdk_is_25 "$JAVA_HOME"; then
        return 0
    fi
    for candidate in /usr/lib/jvm/*; do
        if jdk_is_25 "$candidate"; then
            export JAVA_HOME="$candidate"
            return 0
        fi
    done
    echo "Ottla needs a JDK 25: none in JAVA_HOME (${JAVA_HOME:-unset}) nor under /usr/lib/jvm. Install one, for example Temurin 25, and point JAVA_HOME at it." >&2
    return 1
}
