#include "ui/window/banner.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QToolButton>

namespace longtake::ui {

Banner::Banner(const Theme& theme, QWidget* parent) : QFrame(parent), theme_(theme) {
  setObjectName(QStringLiteral("banner"));
  icon_ = new QLabel(this);
  label_ = new QLabel(this);
  label_->setWordWrap(true);
  label_->setTextFormat(Qt::PlainText);
  label_->setTextInteractionFlags(Qt::TextSelectableByMouse);
  button_ = new QPushButton(this);
  close_ = new QToolButton(this);
  close_->setAccessibleName(tr("Close this message"));
  close_->setToolTip(tr("Close this message"));
  auto* row = new QHBoxLayout(this);
  row->addWidget(icon_, 0);
  row->addWidget(label_, 1);
  row->addWidget(button_, 0);
  row->addWidget(close_, 0);
  connect(button_, &QPushButton::clicked, this, [this] {
    const auto act = onButton_;  // say() may replace it
    if (act) act();
  });
  connect(close_, &QToolButton::clicked, this, [this] {
    hide();
    emit closed();
  });
  connect(&theme_, &Theme::changed, this, &Banner::restyle);
  hide();
}

void Banner::say(Kind kind, const QString& text, const QString& button,
                 std::function<void()> onButton) {
  kind_ = kind;
  label_->setText(text);
  button_->setText(button);
  button_->setVisible(!button.isEmpty());
  onButton_ = std::move(onButton);
  restyle();
  show();
}

QString Banner::text() const {
  return label_->text();
}

void Banner::restyle() {
  const Colors& c = theme_.colors();
  const bool warning = kind_ == Kind::warning;
  setStyleSheet(QStringLiteral("#banner { background: %1; border: none; }")
                    .arg((warning ? c.warnSoft : c.accentSoft).name()));
  const int size = theme_.px(16);
  icon_->setPixmap(theme_.pixmap(warning ? QStringLiteral("warning") : QStringLiteral("info"),
                                 warning ? c.warn : c.accent, size, devicePixelRatioF()));
  close_->setIcon(theme_.icon(QStringLiteral("close")));
  layout()->setContentsMargins(theme_.gap(), theme_.gapTiny(), theme_.gapSmall(), theme_.gapTiny());
  layout()->setSpacing(theme_.gapSmall());
}

}  // namespace longtake::ui
