#include "ui/dialogs/models_dialog.h"

#include <QDir>
#include <QFileDialog>
#include <QLabel>
#include <QPushButton>
#include <QScrollArea>
#include <QVBoxLayout>

#include "ui/dialogs/model_card.h"

namespace longtake::ui {

ModelsDialog::ModelsDialog(Context& context, const QString& nanoFolder, QWidget* parent)
    : Sheet(context.theme, tr("Models"), 620, 560, parent),
      context_(context),
      nanoFolder_(nanoFolder) {
  auto* content = body()->parentWidget();
  body()->addWidget(paragraph(
      tr("The model watches the videos of this library and answers the questions. Memories "
         "are never deleted by a change: each stays with the model that made it, and is "
         "used again when you come back to that model."),
      content));
  cards_ = new QVBoxLayout;
  cards_->setSpacing(context.theme.gap());
  body()->addLayout(cards_);
  body()->addWidget(
      paragraph(tr("Models cannot be downloaded from here yet. Download one as a folder "
                   "from Hugging Face, for example llava-onevision-qwen2-0.5b-ov-hf, "
                   "and add it."),
                content));
  body()->addStretch();

  auto* add = new QPushButton(tr("Add Folder…"), this);
  auto* close = new QPushButton(tr("Close"), this);
  add->setAutoDefault(false);
  close->setDefault(true);
  connect(add, &QPushButton::clicked, this, &ModelsDialog::chooseFolder);
  connect(close, &QPushButton::clicked, this, &QDialog::accept);
  foot()->addWidget(add);
  foot()->addStretch();
  foot()->addWidget(close);

  addCard(nanoFolder_, false);
  for (const QString& folder : context_.settings.knownModels()) addCard(folder, true);
}

ModelCard* ModelsDialog::addCard(const QString& folder, bool removable) {
  auto* card = new ModelCard(context_, folder, removable, body()->parentWidget());
  cards_->addWidget(card);
  connect(card, &ModelCard::chosen, this, [this, folder] { emit modelChosen(folder); });
  connect(card, &ModelCard::removed, this, [this, card] {
    QStringList known = context_.settings.knownModels();
    known.removeAll(card->folder());
    context_.settings.setKnownModels(known);
    card->hide();
    card->setParent(nullptr);
    card->deleteLater();
  });
  card->check();
  return card;
}

void ModelsDialog::addFolder(const QString& folder) {
  const QString clean = QDir::cleanPath(folder);
  for (ModelCard* card : findChildren<ModelCard*>()) {
    if (QDir::cleanPath(card->folder()) == clean) {
      card->check();
      scroller()->ensureWidgetVisible(card);
      return;
    }
  }
  context_.settings.setKnownModels(context_.settings.knownModels() + QStringList{clean});
  ModelCard* card = addCard(clean, true);
  // It has no place before the layout is done.
  QMetaObject::invokeMethod(
      card, [this, card] { scroller()->ensureWidgetVisible(card); }, Qt::QueuedConnection);
}

void ModelsDialog::chooseFolder() {
  if (chooser_ != nullptr) return;
  chooser_ = new QFileDialog(this, tr("Folder of a Model"));
  chooser_->setAttribute(Qt::WA_DeleteOnClose);
  chooser_->setFileMode(QFileDialog::Directory);
  chooser_->setOption(QFileDialog::ShowDirsOnly);
  connect(chooser_, &QFileDialog::fileSelected, this, &ModelsDialog::addFolder);
  chooser_->open();
}

}  // namespace longtake::ui
