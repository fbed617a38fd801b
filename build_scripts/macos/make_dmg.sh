#!/bin/sh
# Makes the disk image of Fourview.app: build_scripts/macos/make_dmg.sh APP OUT.dmg
#
# With FOURVIEW_SIGN set to the name of a "Developer ID Application" certificate the program is
# signed first, and with FOURVIEW_NOTARY set to a keychain profile of notarytool the image is
# notarised; without them Gatekeeper asks each user, who opens it by right click > Open.
set -eu
app=$1
image=$2
here=$(cd "$(dirname "$0")" && pwd)

if [ -n "${FOURVIEW_SIGN:-}" ]; then
    codesign --deep --force --timestamp --options runtime \
        --entitlements "$here/entitlements.plist" --sign "$FOURVIEW_SIGN" "$app"
    codesign --verify --strict "$app"
fi

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cp -R "$app" "$folder/"
ln -s /Applications "$folder/Applications"
mkdir -p "$(dirname "$image")"
hdiutil create -volname Fourview -srcfolder "$folder" -format UDZO -ov "$image"

if [ -n "${FOURVIEW_NOTARY:-}" ]; then
    xcrun notarytool submit "$image" --keychain-profile "$FOURVIEW_NOTARY" --wait
    xcrun stapler staple "$image"
fi
