#include "ui/base/replace_step.h"

#include <QFileInfo>
#include <QPushButton>

namespace longtake::ui {

void ReplaceStep::setButton(QPushButton* button) {
  button_ = button;
  usual_ = button->text();
}

QString ReplaceStep::objection(const QString& file) {
  if (!QFileInfo::exists(file) || allowed_ == file) {
    button_->setText(usual_);
    return {};
  }
  allowed_ = file;
  button_->setText(tr("Replace It"));
  return tr("%1 is there already.").arg(QFileInfo(file).fileName());
}

void ReplaceStep::forget() {
  allowed_.clear();
  button_->setText(usual_);
}

}  // namespace longtake::ui
