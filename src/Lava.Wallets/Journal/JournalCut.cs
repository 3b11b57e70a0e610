namespace Lava.Wallets.Journal;

/// <summary>
/// The way on for a journal that the server refuses to start from: moves what is damaged, and what only damaged records lead to, out of
/// the way, so that the next start goes on. Deletes nothing, and changes files only in <see cref="Run"/>.
/// </summary>
public sealed class JournalCut : IDisposable
{
    private readonly CutPlan _plan;
    private readonly IJournalDisk _disk;
    private readonly IDisposable _lock;

    private JournalCut(CutPlan plan, IJournalDisk disk, IDisposable directoryLock)
    {
        _plan = plan;
        _disk = disk;
        _lock = directoryLock;
    }

    /// <summary>What was found before the cut.</summary>
    public JournalInspection Inspection => _plan.Inspection;

    /// <summary>The files that leave the journal. Of one of them a sound part may stay behind under its own or a new name.</summary>
    public IReadOnlyList<string> Moved => _plan.Moved;

    /// <summary>Where a server will go on: behind this record.</summary>
    public long LastSequence => _plan.LastSequence;

    /// <summary>
    /// Calls that no record in PostgreSQL or in what is kept speaks of, although they began: nobody will end them. One whose end stood in
    /// a record that can't be read may have been charged: look for it in PostgreSQL.
    /// </summary>
    public IReadOnlyList<OpenHold> LostHolds => _plan.LostHolds;

    /// <summary>Locks the journal, reads it and decides what to move; changes nothing.</summary>
    /// <param name="options">The journal's, as the server opens it.</param>
    /// <param name="appliedSequence">The last record that PostgreSQL has.</param>
    /// <exception cref="JournalException">A server has it open, or there is nothing to cut.</exception>
    /// <exception cref="JournalMismatchException">It is another node's, or begins after what PostgreSQL has.</exception>
    public static JournalCut Open(JournalOptions options, long appliedSequence) => Open(options, appliedSequence, JournalDisk.Real);

    internal static JournalCut Open(JournalOptions options, long appliedSequence, IJournalDisk disk)
    {
        options.Validate();
        ArgumentOutOfRangeException.ThrowIfNegative(appliedSequence);
        var directoryLock = JournalOpener.Lock(options.Directory, disk);
        try
        {
            return new JournalCut(CutPlan.Make(options, appliedSequence), disk, directoryLock);
        }
        catch
        {
            directoryLock.Dispose();
            throw;
        }
    }

    /// <summary>Is it readable, but neither in PostgreSQL nor in what is kept? Then only the operator can book it.</summary>
    public bool Loses(in JournalRecord record) =>
        record.Sequence > _plan.Applied && (record.Sequence < _plan.KeptFrom || record.Sequence > _plan.KeptTo);

    /// <summary>
    /// Moves the files into a folder of their own beside them and returns it. After a crash at any moment the journal is refused as
    /// before, and cut again, or is the one that this cut would have left.
    /// </summary>
    public string Run() => new CutFiles(_plan, _disk).Run();

    /// <summary>Lets go of the journal.</summary>
    public void Dispose() => _lock.Dispose();
}
