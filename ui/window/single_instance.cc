#include "ui/window/single_instance.h"

#include <unistd.h>

#include <QCryptographicHash>
#include <QDir>
#include <QJsonArray>
#include <QJsonDocument>
#include <QLocalSocket>
#include <QTimer>

namespace longtake::ui {

namespace {

constexpr int kPatienceMs = 2000;
constexpr qint64 kLongestMessage = 1 << 20;

}  // namespace

SingleInstance::SingleInstance(const QString& library, QObject* parent) : QObject(parent) {
  const QByteArray key = QDir(library).absolutePath().toUtf8() + QByteArray::number(getuid());
  name_ = QStringLiteral("longtake-") +
          QString::fromLatin1(
              QCryptographicHash::hash(key, QCryptographicHash::Sha256).toHex().left(24));
  server_.setSocketOptions(QLocalServer::UserAccessOption);
  connect(&server_, &QLocalServer::newConnection, this, &SingleInstance::serve);
}

bool SingleInstance::handOver(const QStringList& addresses) {
  QLocalSocket socket;
  socket.connectToServer(name_);
  if (!socket.waitForConnected(kPatienceMs)) return false;
  socket.write(QJsonDocument(QJsonArray::fromStringList(addresses)).toJson(QJsonDocument::Compact) +
               '\n');
  // The other one says "ok": a process that hangs would swallow the files.
  return socket.waitForBytesWritten(kPatienceMs) && socket.waitForReadyRead(kPatienceMs) &&
         socket.readAll().startsWith("ok");
}

bool SingleInstance::listen() {
  if (server_.listen(name_)) return true;
  if (server_.serverError() != QAbstractSocket::AddressInUseError) return false;
  QLocalServer::removeServer(name_);  // nobody answered: it was left behind
  return server_.listen(name_);
}

void SingleInstance::serve() {
  while (QLocalSocket* socket = server_.nextPendingConnection()) {
    connect(socket, &QLocalSocket::disconnected, socket, &QObject::deleteLater);
    QTimer::singleShot(kPatienceMs, socket, [socket] { socket->abort(); });
    connect(socket, &QLocalSocket::readyRead, this, [this, socket] {
      if (!socket->canReadLine()) {
        if (socket->bytesAvailable() > kLongestMessage) socket->abort();
        return;
      }
      QStringList addresses;
      for (const QJsonValue& value : QJsonDocument::fromJson(socket->readLine()).array()) {
        addresses << value.toString();
      }
      socket->write("ok\n");
      socket->disconnectFromServer();
      emit opened(addresses);
    });
  }
}

}  // namespace longtake::ui
