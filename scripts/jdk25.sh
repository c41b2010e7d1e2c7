# Sourced by ./ottla and ./check: sets JAVA_HOME to a JDK 25, or says what to install.
# Asks the JDK's own `release` file: starting javac to ask takes longer than most commands.
jdk_is_25() {
    [ -x "$1/bin/javac" ] && grep -q '^JAVA_VERSION="25[."]' "$1/release" 2>/dev/null
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
