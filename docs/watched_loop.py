"""An LSTM learns which letter came first, forty digits ago; its loop is watched."""

import torch
from torch import nn

import rnnviz

torch.manual_seed(0)
task, generator = rnnviz.TASKS["recall"](delay=40), torch.Generator().manual_seed(0)


class Recall(nn.Module):
    def __init__(self, hidden=32):
        super().__init__()
        self.embedding = nn.Embedding(task.input_size, 8)
        self.rnn = nn.LSTM(8, hidden)
        self.head = nn.Linear(hidden, task.output_size)
        forget = self.rnn.bias_hh_l0[hidden : 2 * hidden]
        nn.init.constant_(forget, 5.0)  # these gates begin open; try it without

    def forward(self, symbols):
        return self.head(self.rnn(self.embedding(symbols))[0][-1])


model = Recall()
optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
with rnnviz.watch(model, every=20, snapshots=True) as log:
    for _ in range(301):
        x, answers = task.batch(32, generator)
        loss = task.loss(model(x), answers)
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
rnnviz.open(log, task=task)
