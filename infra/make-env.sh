#!/bin/sh
# sh make-env.sh DOMAIN [--local]: writes .env beside this file, with every secret of this installation, made here and
# now. --local: certificates of Caddy's own authority, for a box that the internet does not know.
set -eu
umask 077

fail() {
  echo "$1" >&2
  exit 1
}

domain=${1-}
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
file=$here/.env

case ${2-} in
'') tls='' ;;
--local) tls='tls internal' ;;
*) fail "Unknown: $2. Usage: sh make-env.sh call.example [--local]" ;;
esac
[ ! -e "$file" ] || fail "$file is there already. It holds secrets that links and phones depend on: delete it yourself if you mean to."
command -v openssl >/dev/null || fail 'openssl is missing: install it, for example with "apt-get install openssl".'
if [ -z "$domain" ] && [ -t 0 ]; then
  printf 'The domain name that points to this box (for example call.example): '
  read -r domain
fi
printf '%s' "$domain" | grep -Eq '^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+$' ||
  fail 'Give the domain name that points to this box, in small letters: sh make-env.sh call.example'

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

base64url() {
  openssl base64 -A | tr '+/' '-_' | tr -d '='
}

# What browsers' push services know this server by: a P-256 pair. In this form the private half is 32 bytes from the
# eighth on, and the public one the last 65.
openssl ecparam -name prime256v1 -genkey -noout -outform DER -out "$folder/pair"
vapid_private=$(dd if="$folder/pair" bs=1 skip=7 count=32 2>/dev/null | base64url)
vapid_public=$(tail -c 65 "$folder/pair" | base64url)
[ ${#vapid_private} -eq 43 ] && [ ${#vapid_public} -eq 87 ] || fail 'openssl made a pair of keys of an unknown form.'

cat >"$folder/.env" <<END
# Made by make-env.sh. Keep a copy where you keep other secrets: it belongs to every backup.

# What people type.
DOMAIN=$domain
# The name of the image that is built here; a new one for each upgrade keeps the old one for going back.
VERSION=1
# Empty: a public certificate. "tls internal": of Caddy's own authority.
CADDY_TLS=$tls

# Signs the links of calls and the tickets to seats, and seals what is kept of ringing. With another one every link to a call is
# unknown, and every phone has to be subscribed anew.
SERVER_SECRET=$(openssl rand -hex 32)
# This server's name towards push services. With another pair every phone has to be subscribed anew.
VAPID_PUBLIC_KEY=$vapid_public
VAPID_PRIVATE_KEY=$vapid_private

# Between the parts of this installation. PostgreSQL takes its password when its volume is made.
DATABASE_PASSWORD=$(openssl rand -hex 24)
REDIS_PASSWORD=$(openssl rand -hex 24)
END
# "set -C": never over what is there.
(set -C && cat "$folder/.env" >"$file")
echo "$file is written. Keep a copy of it where you keep other secrets."
