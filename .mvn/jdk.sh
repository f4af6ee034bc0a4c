# Finds a JDK; sourced by the scripts of this project.

# Prints the feature version of the JDK in $1 by its release file, or 0: starting it would be slow.
feature_version() {
  [ -x "$1/bin/java" ] && [ -r "$1/release" ] || {
    echo 0
    return
  }
  sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$1/release" | grep . || echo 0
}

# Prints the home of a JDK of 21 or newer: that of JAVA_HOME or of the java on the path if it is new
# enough, else the newest one found. If there is none, prints those found and fails.
find_jdk() {
  on_path=$(command -v java || true)
  [ -z "$on_path" ] || on_path=$(dirname "$(dirname "$(readlink -f "$on_path")")")
  seen=
  best=
  newest=0
  for home in "${JAVA_HOME:-}" "$on_path" /usr/lib/jvm/* /opt/java/* /opt/jdk* "${HOME:-}"/.jdks/* \
    "${HOME:-}"/.sdkman/candidates/java/* /Library/Java/JavaVirtualMachines/*/Contents/Home; do
    [ -n "$home" ] || continue
    version=$(feature_version "$home")
    [ "$version" = 0 ] || seen="$seen $home ($version)"
    if [ "$version" -ge 21 ]; then
      case $home in
        "${JAVA_HOME:-/}" | "$on_path")
          best=$home
          break
          ;;
      esac
      if [ "$version" -gt "$newest" ]; then
        newest=$version
        best=$home
      fi
    fi
  done
  if [ -z "$best" ]; then
    printf '%s\n' "${seen:- none}"
    return 1
  fi
  printf '%s\n' "$best"
}
