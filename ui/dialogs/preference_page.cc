#include "ui/dialogs/preference_page.h"

#include <QEvent>
#include <QLabel>
#include <QVBoxLayout>

namespace longtake::ui {

PreferencePage::PreferencePage(const Theme& theme, const QString& title, QWidget* parent)
    : QScrollArea(parent), theme_(theme), title_(title) {
  auto* content = new QWidget;
  auto* outer = new QVBoxLayout(content);
  column_ = new QVBoxLayout;
  outer->addLayout(column_);
  outer->addStretch();
  setWidget(content);
  setWidgetResizable(true);
  setFocusPolicy(Qt::NoFocus);
  setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  connect(&theme_, &Theme::changed, this, &PreferencePage::restyle);
  restyle();
}

QLabel* PreferencePage::add(const QString& name, QWidget* control, const QString& meaning) {
  addHeading(name);
  names_.last()->setBuddy(control);
  if (control->accessibleName().isEmpty()) control->setAccessibleName(name);
  return add(control, meaning);
}

void PreferencePage::addHeading(const QString& text) {
  auto* label = new QLabel(text, widget());
  label->setWordWrap(true);
  names_ << label;
  column_->addWidget(label);
  restyle();
}

void PreferencePage::addNote(const QString& text) {
  auto* label = new QLabel(text, widget());
  label->setWordWrap(true);
  label->setProperty("soft", true);
  meanings_ << label;
  column_->addWidget(label);
  restyle();
}

QLabel* PreferencePage::add(QWidget* control, const QString& meaning) {
  control->setParent(widget());
  control->setFocusPolicy(Qt::StrongFocus);
  control->installEventFilter(this);
  // Large text in a small window: a choice may be narrower than its longest word.
  control->setSizePolicy(QSizePolicy::Ignored, control->sizePolicy().verticalPolicy());
  column_->addWidget(control);
  addNote(meaning);
  return meanings_.last();
}

bool PreferencePage::eventFilter(QObject* watched, QEvent* event) {
  if (event->type() == QEvent::Wheel && watched->isWidgetType() &&
      !static_cast<QWidget*>(watched)->hasFocus()) {
    event->ignore();
    return true;
  }
  return QScrollArea::eventFilter(watched, event);
}

void PreferencePage::restyle() {
  column_->setSpacing(theme_.gapTiny());
  column_->setContentsMargins(0, 0, theme_.gap(), 0);
  for (QLabel* label : names_) label->setFont(theme_.font(Theme::Font::strong));
  for (QLabel* label : meanings_) {
    label->setFont(theme_.font(Theme::Font::small));
    // The distance to the next choice.
    label->setContentsMargins(0, 0, 0, theme_.gap());
  }
}

}  // namespace longtake::ui
