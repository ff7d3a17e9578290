#include "ui/library/address_dialog.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QVBoxLayout>

namespace longtake::ui {

AddressDialog::AddressDialog(const Theme& theme, QWidget* parent) : QDialog(parent) {
  setAttribute(Qt::WA_DeleteOnClose);
  setWindowTitle(tr("Open Address"));
  auto* label = new QLabel(tr("Address of a video or a live stream"), this);
  edit_ = new QLineEdit(this);
  edit_->setPlaceholderText(QStringLiteral("https://…   rtsp://…"));
  edit_->setLayoutDirection(Qt::LeftToRight);
  label->setBuddy(edit_);
  edit_->setAccessibleName(label->text());
  word_ = new QLabel(this);
  word_->setWordWrap(true);
  word_->setProperty("soft", true);
  word_->setFont(theme.font(Theme::Font::small));
  auto* cancel = new QPushButton(tr("Cancel"), this);
  cancel->setAutoDefault(false);
  open_ = new QPushButton(tr("Open"), this);
  open_->setProperty("primary", true);
  open_->setDefault(true);
  auto* buttons = new QHBoxLayout;
  buttons->setSpacing(theme.gapSmall());
  buttons->addStretch();
  buttons->addWidget(cancel);
  buttons->addWidget(open_);

  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(theme.gapLarge(), theme.gapLarge(), theme.gapLarge(), theme.gap());
  column->setSpacing(theme.gapSmall());
  column->addWidget(label);
  column->addWidget(edit_);
  column->addWidget(word_);
  column->addSpacing(theme.gap());
  column->addStretch();
  column->addLayout(buttons);
  setMinimumWidth(theme.px(460));

  connect(edit_, &QLineEdit::textChanged, this, &AddressDialog::check);
  connect(cancel, &QPushButton::clicked, this, &QDialog::reject);
  connect(open_, &QPushButton::clicked, this, [this] {
    emit chosen(addressIn(edit_->text()));
    accept();
  });
  const QString clipboard = QGuiApplication::clipboard()->text().trimmed();
  if (!addressIn(clipboard).isEmpty()) {
    edit_->setText(clipboard);
    edit_->selectAll();
  }
  check();
}

QUrl AddressDialog::addressIn(const QString& text) {
  static const QStringList schemes = {"http", "https", "rtsp", "rtsps", "rtmp", "rtmps",
                                      "srt",  "udp",   "rtp",  "tcp",   "mms",  "ftp"};
  const QString typed = text.trimmed();
  if (typed.contains(QLatin1Char(' ')) || typed.contains(QLatin1Char('\n'))) return {};
  const QUrl address(typed, QUrl::StrictMode);
  const bool good = address.isValid() && schemes.contains(address.scheme().toLower()) &&
                    (!address.host().isEmpty() || address.port() > 0);
  return good ? address : QUrl();
}

void AddressDialog::check() {
  const bool good = !addressIn(edit_->text()).isEmpty();
  open_->setEnabled(good);
  word_->setText(good || edit_->text().trimmed().isEmpty()
                     ? tr("Longtake connects to this address and to nothing else.")
                     : tr("This is not an address: it starts with https://, http://, rtsp://, "
                          "rtmp://, srt:// or udp://."));
}

}  // namespace longtake::ui
