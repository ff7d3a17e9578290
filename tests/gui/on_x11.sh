#!/usr/bin/env bash
# Runs a program with Qt's xcb platform on a display of its own (Xvfb) under a window manager (openbox): without one
# no window gets the focus.
set -euo pipefail
if [[ -z "${LONGTAKE_ON_X11:-}" ]]; then
  export LONGTAKE_ON_X11=1
  exec xvfb-run --auto-servernum --server-args='-screen 0 2600x1500x24 +extension GLX' "$0" "$@"
fi
unset LONGTAKE_ON_X11
export QT_QPA_PLATFORM=xcb
export XDG_SESSION_TYPE=x11
unset WAYLAND_DISPLAY

folder="$(mktemp -d)"
# Nothing of the user's: neither keys nor rules for windows.
printf '%s\n' '<?xml version="1.0"?><openbox_config xmlns="http://openbox.org/3.4/rc"/>' \
  > "$folder/rc.xml"
openbox --sm-disable --config-file "$folder/rc.xml" --startup "touch $folder/ready" 2>"$folder/log" &
manager=$!
finish() {
  kill "$manager" 2>/dev/null || true
  rm -rf "$folder"
}
trap finish EXIT
for ((i = 0; i < 100; ++i)); do
  [[ -e "$folder/ready" ]] && break
  sleep 0.1
done
if [[ ! -e "$folder/ready" ]]; then
  cat "$folder/log" >&2
  echo "no window manager" >&2
  exit 1
fi
"$@"
