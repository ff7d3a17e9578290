#!/usr/bin/env bash
# Brings resources/i18n/*.ts up to date with the texts of ui/ and app/desktop: new ones come in untranslated, those
# that are gone go. Needs qt6-l10n-tools.
set -euo pipefail
cd "$(dirname "$0")/.."
lupdate() {
  /usr/lib/qt6/bin/lupdate -silent -no-obsolete -locations none -I . ui app/desktop -extensions cc,h \
    "$@"
}
lupdate -ts resources/i18n/longtake_de.ts
lupdate -pluralonly -ts resources/i18n/longtake_en.ts  # "1 video", "2 videos"
