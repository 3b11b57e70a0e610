namespace Lava.Wallets.Journal;

/// <summary>
/// Reads all that a journal directory can still tell: without its lock, while a server may append to it, and over damage. It calls
/// damaged exactly what a start would refuse.
/// </summary>
public sealed class JournalInspector
{
    /// <summary>
    /// Looks at a journal that changes meanwhile. Each one more needs a segment deleted, or two commits made, between two reads: of
    /// eight in a row nobody has seen two.
    /// </summary>
    private const int LooksLimit = 8;

    private readonly string _directory;
    private InspectionPass _pass;
    private JournalInspection? _inspection;
    private int _looks = 1;
    private long _returned;

    /// <summary>Begins at the oldest record.</summary>
    public JournalInspector(string directory)
    {
        _directory = directory;
        _pass = new InspectionPass(directory, null);
    }

    /// <summary>Reads to the end.</summary>
    /// <exception cref="JournalException">The journal changes too fast to be read.</exception>
    public static JournalInspection Inspect(string directory)
    {
        var inspector = new JournalInspector(directory);
        while (inspector.TryRead(out _))
        {
        }

        return inspector.ToInspection();
    }

    /// <summary>The next readable record, in order; what a running server deletes meanwhile is passed over.</summary>
    /// <exception cref="JournalException">The journal changes too fast to be read.</exception>
    public bool TryRead(out JournalRecord record)
    {
        while (_inspection is null)
        {
            try
            {
                while (_pass.TryRead(out record))
                {
                    if (record.Sequence > _returned)
                    {
                        _returned = record.Sequence;
                        return true;
                    }
                }

                _inspection = _pass.ToInspection();
            }
            catch (JournalCorruptException damage)
            {
                // A record that was being written when it was read is whole the next time; damage stays.
                LookAgain(damage);
            }
            catch (FileNotFoundException gone)
            {
                LookAgain(gone);
            }
        }

        record = default;
        return false;
    }

    /// <summary>All that was found, after the last record was read.</summary>
    public JournalInspection ToInspection() =>
        _inspection ?? throw new InvalidOperationException("The journal was not read to its end: call TryRead until it returns false.");

    private void LookAgain(Exception cause)
    {
        if (_looks++ == LooksLimit)
        {
            throw new JournalException($"The journal in {_directory} changes while it is read: try again.", cause);
        }

        _pass = new InspectionPass(_directory, cause as JournalCorruptException);
    }
}
