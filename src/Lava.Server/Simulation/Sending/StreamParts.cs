using Lava.Server.Simulation.Answers;

namespace Lava.Server.Simulation.Sending;

/// <summary>The parts of a stream by number: the opening, the deltas, the finish, the end; and the one before which it fails.</summary>
internal readonly struct StreamParts
{
    private readonly long _chunk;
    private readonly long _deltas;
    private readonly Answer _answer;
    private readonly AnswerWriter _writer;

    public StreamParts(SimulatedCall call, AnswerWriter writer)
    {
        _answer = call.Answer;
        _writer = writer;
        _chunk = call.Knobs[Knob.ChunkTokens];
        _deltas = (_answer.TextTokens + _chunk - 1) / _chunk;
        FailsBefore = FindFailure(call.Knobs);
    }

    /// <summary>Opening, finish and end come on top of the deltas.</summary>
    public long Count => _deltas + 3;

    /// <summary>The part in whose place the fault happens; <see cref="long.MaxValue"/> when all goes well.</summary>
    public long FailsBefore { get; }

    /// <summary>Words of text before a part: what the pace counts.</summary>
    public long WordsBefore(long part) => Math.Clamp((part - 1) * _chunk, 0, _answer.TextTokens);

    public void Write(long part, Utf8Buffer output)
    {
        if (part == 0)
        {
            _writer.WriteOpening(_answer, output);
        }
        else if (part <= _deltas)
        {
            var first = WordsBefore(part);
            _writer.WriteDelta(_answer, output, first, Math.Min(_chunk, _answer.TextTokens - first));
        }
        else if (part == _deltas + 1)
        {
            _writer.WriteFinish(_answer, output);
        }
        else
        {
            _writer.WriteEnd(_answer, output);
        }
    }

    public void WriteError(Utf8Buffer output) => _writer.WriteError(_answer, output);

    private long FindFailure(Knobs knobs)
    {
        switch (knobs.Fault)
        {
            case Fault.CutBeforeUsage:
                return Count - 1;
            case Fault.Cut or Fault.Stall or Fault.ErrorEvent:
                var after = knobs[Knob.FaultAfter];
                return after == KnobTable.Unset ? Count / 2 : Math.Min(after, Count - 1);
            default:
                return long.MaxValue;
        }
    }
}
