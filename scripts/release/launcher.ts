import { type LinuxPlatform, loaders } from "./c-library.ts";

/**
 * The program that Terraform starts on Linux: a script for any POSIX shell. From glibc 2.33 on, a loader tells its version; an older one
 * and the loader of another C library do not.
 */
export const launcher = (platform: LinuxPlatform): string => `#!/bin/sh
# Starts lib/hikube with the C library of the system where that is glibc 2.33 or newer, otherwise with the one in lib.
self=$0
if [ -h "$self" ]; then self=$(readlink -f "$self"); fi
lib=\${self%/*}/lib
case $(${loaders[platform].path} --version 2>/dev/null) in
*' release version 2.'*) exec "$lib/hikube" "$@" ;;
esac
exec "$lib/${loaders[platform].name}" --inhibit-cache --library-path "$lib" "$lib/hikube" "$@"
`;
