#!/bin/sh
# Makes a certificate authority, and a certificate for nats-server that it signs:
#   sh deploy/nats/make-certificates.sh DIRECTORY NAME...
# NAME is a host name or an IP address under which the server, trainers and workers reach NATS. The directory then has
# server.crt and server.key for nats-server, and ca.crt for everybody else. The key of the authority is deleted: when
# the certificate has expired, after a year, or has another name, make all of them again.
set -eu
umask 077

if [ $# -lt 2 ]; then
  echo "usage: $0 DIRECTORY NAME..." >&2
  exit 2
fi
directory=$1
shift

names=''
for name in "$@"; do
  case $name in
    *:* | *[0-9].[0-9]*.[0-9]*.[0-9]*) kind=IP ;;
    *) kind=DNS ;;
  esac
  names="$names${names:+,}$kind:$name"
done

mkdir -p "$directory"
cd "$directory"
trap 'rm -f ca.key server.csr server.ext' EXIT

openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 365 -subj '/CN=a3c NATS authority' \
  -addext 'basicConstraints=critical,CA:TRUE' -addext 'keyUsage=critical,keyCertSign' \
  -keyout ca.key -out ca.crt 2> /dev/null
openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj '/CN=a3c NATS' \
  -keyout server.key -out server.csr 2> /dev/null
printf 'subjectAltName=%s\nextendedKeyUsage=serverAuth\nkeyUsage=critical,digitalSignature\n' "$names" > server.ext
openssl x509 -req -in server.csr -CA ca.crt -CAkey ca.key -CAcreateserial -days 365 -extfile server.ext \
  -out server.crt 2> /dev/null
rm -f ca.srl
chmod 644 ca.crt server.crt
