#include "ui/conversation/video_chooser.h"

#include <QDialogButtonBox>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QPushButton>
#include <QVBoxLayout>

#include "ui/base/text.h"

namespace longtake::ui {

VideoChooser::VideoChooser(const Theme& theme, const SeenVideos& videos,
                           const QSet<qint64>& checked, QWidget* parent)
    : QDialog(parent),
      filter_(new QLineEdit(this)),
      list_(new QListWidget(this)),
      count_(new QLabel(this)),
      ask_(new QPushButton(tr("Ask About These"), this)),
      buttons_(new QDialogButtonBox(QDialogButtonBox::Cancel, this)) {
  setWindowTitle(tr("Ask about these videos"));
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(theme.gap(), theme.gap(), theme.gap(), theme.gap());
  column->setSpacing(theme.gapSmall());
  filter_->setPlaceholderText(tr("Filter by name"));
  filter_->setAccessibleName(filter_->placeholderText());
  filter_->setClearButtonEnabled(true);
  list_->setAccessibleName(tr("Videos"));
  count_->setProperty("soft", true);
  column->addWidget(filter_);
  column->addWidget(list_, 1);
  column->addWidget(count_);
  column->addWidget(buttons_);
  ask_->setProperty("primary", true);
  ask_->setDefault(true);
  buttons_->addButton(ask_, QDialogButtonBox::AcceptRole);

  for (const SeenVideo& video : videos.all()) {
    const bool seen = !video.seen.empty();
    const QString name = text(video.video.name);
    auto* item = new QListWidgetItem(seen ? name : tr("%1 (not seen yet)").arg(name), list_);
    item->setData(Qt::UserRole, QVariant::fromValue<qint64>(video.video.id));
    item->setToolTip(plainTip(text(video.video.path.string())));
    item->setFlags(seen ? Qt::ItemIsEnabled | Qt::ItemIsUserCheckable | Qt::ItemIsSelectable
                        : Qt::NoItemFlags);
    item->setCheckState(seen && checked.contains(video.video.id) ? Qt::Checked : Qt::Unchecked);
  }
  connect(filter_, &QLineEdit::textChanged, this, &VideoChooser::filter);
  connect(list_, &QListWidget::itemChanged, this, &VideoChooser::count);
  connect(buttons_, &QDialogButtonBox::rejected, this, &QDialog::reject);
  connect(buttons_, &QDialogButtonBox::accepted, this, [this] {
    emit chosen(this->checked());
    accept();
  });
  count();
  resize(theme.px(380), theme.px(360));
}

QSet<qint64> VideoChooser::checked() const {
  QSet<qint64> ids;
  for (int row = 0; row < list_->count(); ++row) {
    const QListWidgetItem* item = list_->item(row);
    if (item->checkState() == Qt::Checked) ids.insert(item->data(Qt::UserRole).toLongLong());
  }
  return ids;
}

void VideoChooser::count() {
  const auto n = static_cast<int>(checked().size());
  count_->setText(n == 0 ? tr("Tick the videos that the question is about")
                         : tr("%n video(s) ticked", nullptr, n));
  ask_->setEnabled(n > 0);
}

void VideoChooser::filter(const QString& words) {
  for (int row = 0; row < list_->count(); ++row) {
    QListWidgetItem* item = list_->item(row);
    item->setHidden(!item->text().contains(words, Qt::CaseInsensitive));
  }
}

}  // namespace longtake::ui
